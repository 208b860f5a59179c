// One operation that takes minutes and that no engine can interrupt. Its sandbox is killed.
10n ** 50_000_000n;
