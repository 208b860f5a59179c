// Waits for a promise that nothing will ever settle. That is noticed, and the wait is ended.
export default () => new Promise(() => {});
