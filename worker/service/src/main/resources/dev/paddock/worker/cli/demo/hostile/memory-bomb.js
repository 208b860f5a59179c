// Keeps everything that it allocates. The heap quota stops it; the sandbox is replaced.
const kept = [];
for (;;) kept.push(new Array(1_000).fill(kept.length));
