"""Notices that the browser's maker carries: closed to it, all of one size, saying nothing even when opened."""
