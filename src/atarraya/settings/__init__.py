"""Settings: `base` is what every deployment shares; `production`, `demo` and `test` each add what differs."""
