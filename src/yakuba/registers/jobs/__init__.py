"""長くかかる処理: what a page or a command starts and a worker does, with its progress; killed at any point, it goes on."""
