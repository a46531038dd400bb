// The program for which the suites' precompiled headers are compiled. It is never run.
int main() { return 0; }
