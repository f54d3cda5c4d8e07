"""What the workbench does: list, open, export, and open what came with ODK."""
