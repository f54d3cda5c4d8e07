"""Acts on the trail: write a line, countersign a head, check the chain."""

from atarraya.trail.services.chain import ChainBroken, check_chain, head, record
from atarraya.trail.services.checkpoints import SIGNERS, let_go
from atarraya.trail.services.heads import countersign

__all__ = ["SIGNERS", "ChainBroken", "check_chain", "countersign", "head", "let_go", "record"]
