"""What may be asked of the notices room. Reading only."""
