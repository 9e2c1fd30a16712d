import.meta.glob("../ui/*.module.css", { eager: true });
