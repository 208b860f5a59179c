import Ajv from 'ajv';
import addFormats from 'ajv-formats';

const ajv = addFormats(new Ajv({ allErrors: true, useDefaults: true }));

export default ({ schema, documents }) => {
  const validate = ajv.compile(schema);
  return documents.map((document) => ({ valid: validate(document), errors: validate.errors, document }));
};
