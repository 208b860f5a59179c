import jsonata from 'jsonata';

export default ({ data, expressions }) => Promise.all(expressions.map((text) => jsonata(text).evaluate(data)));
