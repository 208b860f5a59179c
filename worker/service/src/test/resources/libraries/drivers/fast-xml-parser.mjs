import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';

export default ({ xml }) => {
  const parsed = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', cdataPropName: 'cdata' }).parse(xml);
  return {
    parsed,
    built: new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true, cdataPropName: 'cdata' }).build(parsed),
    valid: [XMLValidator.validate(xml), XMLValidator.validate('<a><b></a>')],
  };
};
