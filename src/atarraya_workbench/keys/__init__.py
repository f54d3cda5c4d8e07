"""Keys, and what they open. Only here does the workbench touch cryptography. Nothing in it is written to a disk."""
