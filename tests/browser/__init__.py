"""What is seen in a real browser. A package, so that its browser is closed with its last test (`scope="package"`)."""
