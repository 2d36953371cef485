"""Real servers of this machine in folders of their own, which measures and tests start, kill and start again."""
