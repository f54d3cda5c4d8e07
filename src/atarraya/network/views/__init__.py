"""Pages of the network room, one module a family. Each view declares its verb and who may reach it."""
