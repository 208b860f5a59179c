import { NIL, parse, stringify, v1ToV6, v3, v5, validate, version } from 'uuid';

export default ({ names }) => ({
  v5: names.map((name) => v5(name, v5.URL)),
  v3: names.map((name) => v3(name, v3.DNS)),
  nested: v5('inner', v5('outer', NIL)),
  roundTrip: stringify(parse('109156be-c4fb-41ea-b1b4-efe1671c5836')),
  checks: [validate('not'), validate(NIL), version('109156be-c4fb-41ea-b1b4-efe1671c5836')],
  v6: v1ToV6('92f62d9e-22c4-11ef-97e9-325096b39f47'),
});
