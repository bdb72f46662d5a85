import { fieldsOf } from '../../../nodes/HappyHorse/operations/operation';
import { get } from '../../../nodes/HappyHorse/operations/get';

it('shows the fields of an operation only while it is chosen, and keeps their own conditions', () => {
	const fields = fieldsOf(get);
	expect(fields).toHaveLength(get.fields.length);
	for (const [index, field] of fields.entries()) {
		expect(field.displayOptions?.show).toEqual({
			resource: ['imageToVideo'],
			operation: ['get'],
			...get.fields[index]?.displayOptions?.show,
		});
	}
});

it('does not change the fields, which several operations share', () => {
	const before = structuredClone(get.fields);
	fieldsOf(get);
	expect(get.fields).toEqual(before);
});
