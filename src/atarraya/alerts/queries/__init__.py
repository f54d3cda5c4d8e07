"""What may be asked of the alerts room. Reading only."""
