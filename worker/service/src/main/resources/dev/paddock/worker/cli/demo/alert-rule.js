// A rule: whom does this event concern? The value of the last expression is the output.
// The global `input` holds the parsed input; nothing else comes in.

const strong = input.mag >= 4.5;
const shallow = input.depth < 70;
const natural = input.type === "earthquake";

const reasons = [];
if (natural && strong && shallow) reasons.push(`magnitude ${input.mag} at ${input.depth} km`);
if (input.tsunami === 1) reasons.push("tsunami bulletin");
if (input.felt >= 100) reasons.push(`felt by ${input.felt} people`);
if (input.alert !== null && input.alert !== "green") reasons.push(`${input.alert} alert`);

// An object literal at the start of a statement would be a block, hence the parentheses.
({ id: input.id, alert: reasons.length > 0, reasons });
