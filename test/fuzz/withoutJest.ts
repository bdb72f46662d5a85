// The fakes of the unit tests tell jest at their start what to do before each test. To be imported before them.
Object.assign(globalThis, { beforeEach: () => undefined });
