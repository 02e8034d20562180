"""What crosses the wall: files of the national layout, made-up towns."""
