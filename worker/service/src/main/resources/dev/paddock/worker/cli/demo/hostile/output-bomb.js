// Asks for an output of 4 MB, far more than its quota.
"A".repeat(4_000_000);
