// The program that the suites' precompiled headers are made with; it is never run.
int main() { return 0; }
