/* A function that this system's libm does not have. */
int from_newer_libm(void);
int from_newer_libm(void) { return 1; }
