// The probe process of the unit tests, in place of `host probe`.
#include "rehearsal/probe.hpp"

int main() { return serai::rehearsal::probe_main(); }
