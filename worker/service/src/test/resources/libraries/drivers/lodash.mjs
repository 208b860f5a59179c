import _ from 'lodash';

export default ({ people }) => ({
  byCity: _(people).groupBy('city').mapValues((group) => _.sumBy(group, 'age')).toPairs().sortBy(0).value(),
  order: _.map(_.orderBy(people, ['city', 'age'], ['asc', 'desc']), 'name'),
  deep: _.merge({}, { a: { b: [1, 2] } }, { a: { b: [3], c: 4 } }),
  words: [_.camelCase('Foo bar--baz'), _.kebabCase('fooBar baz'), _.startCase('__foo_bar__'), _.deburr('déjà vu')],
  template: _.template('<% _.forEach(names, (n) => { %><li><%- n %></li><% }); %>')({ names: ['a&b', 'c'] }),
  same: _.isEqual(new Map([[{ a: 1 }, new Set([1])]]), new Map([[{ a: 1 }, new Set([1])]])),
  clone: _.cloneDeep({ when: new Date(0), match: /a/g, list: [[1]] }),
  chunks: _.chunk(_.range(7), 3),
});
