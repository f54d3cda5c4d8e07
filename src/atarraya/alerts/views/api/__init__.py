"""The point's machine interface, one module a family of operations. `operations` lists them all."""
