"""The course as pages that need neither a kernel nor, once they are loaded, the network."""
