import Handlebars from 'handlebars';

Handlebars.registerHelper('upper', (text) => text.toUpperCase());
Handlebars.registerPartial('line', '<li class="{{#if paid}}paid{{else}}open{{/if}}">{{name}}: {{price}}</li>');
const template = Handlebars.compile(
  '<h1>{{upper title}}</h1>{{#each items}}{{> line}}{{else}}none{{/each}}{{{raw}}}{{#with owner}}{{first}}{{/with}}');

export default (input) => ({ html: template(input), parts: Handlebars.parse('{{a.b}} {{#if c}}d{{/if}}').body.length });
