import Mustache from 'mustache';

export default (input) => Mustache.render(
  '{{#people}}{{> person}};{{/people}}{{^people}}nobody{{/people}}{{! hidden }}{{=<% %>=}}<%& raw %>',
  { ...input, shout: () => (text, render) => render(text).toUpperCase() },
  { person: '{{name}} <{{#shout}}{{city}}{{/shout}}>' });
