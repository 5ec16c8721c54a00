"""What Backchannel decides and the plain values it decides about; no I/O, no library."""
