import.meta.glob("../app/*.module.css", { eager: true });
