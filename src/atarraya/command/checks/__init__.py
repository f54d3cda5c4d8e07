"""What `doctor` looks at: each module checks one part of the installation and says what it found in one sentence."""
