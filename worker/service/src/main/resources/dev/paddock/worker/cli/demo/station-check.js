// A check that throws: some networks do not say how many stations located an event. The execution is
// then FAILED, with the error, its line and column and its stack in the result, and nothing else happens.

function stations({ id, net, nst }) {
  if (nst === null) {
    throw new RangeError(`event ${id}: network "${net}" reports no number of stations`);
  }
  return nst;
}

stations(input) >= 10 && input.gap < 180 ? "well located" : "poorly located";
