// The probe child of the unit tests: what `host probe` is in the program.
#include "rehearsal/probe.hpp"

int main() { return serai::rehearsal::probe_main(); }
