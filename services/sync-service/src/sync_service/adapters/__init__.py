"""MongoDB, the object store and the image worker behind the ports of `application.ports`."""
