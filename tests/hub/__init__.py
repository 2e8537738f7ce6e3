"""A class on a real JupyterHub on this machine: started, used, measured, and tried to break."""
