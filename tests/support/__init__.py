"""What tests share: readers of the house's own files, live server processes, browsers."""
