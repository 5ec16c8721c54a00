"""A small blog on loopback, shaped like WordPress as far as Backchannel looks at one."""
