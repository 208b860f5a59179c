// Never ends. The CPU quota stops it from inside the engine.
for (;;);
