"""`python -m atarraya.command` is the same as `atarraya`."""

import sys

from atarraya.command import main

sys.exit(main())
