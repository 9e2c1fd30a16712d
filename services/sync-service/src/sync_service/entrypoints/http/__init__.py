"""Routes, request and reply models, and who may use them."""
