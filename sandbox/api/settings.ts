import type { SandboxOptions, SandboxSettings } from './wire';

const DEFAULTS: SandboxSettings = {
	speed: 1,
	taskSeconds: 60,
	webhookRetries: 5,
	clockSkewSeconds: 0,
	readLagSeconds: 0,
	requestsPerMinute: 0,
	limitHeaders: 'all',
	resultSeconds: 86_400,
	uploadSeconds: 120,
	assetSeconds: 86_400,
	videoQuality: 'true',
	problemForm: 'nested',
	legacy: false,
};

/** The settings among the options, completed by the defaults. */
export function settingsAmong(options: Partial<SandboxOptions>): SandboxSettings {
	const settings: SandboxSettings = { ...DEFAULTS };
	for (const name of Object.keys(DEFAULTS)) {
		const value = (options as Record<string, unknown>)[name];
		if (value !== undefined) Object.assign(settings, { [name]: value });
	}
	return settings;
}

const LIMIT_HEADERS: unknown[] = ['none', 'retryAfter', 'all'];

/** What is wrong with a change of settings, or undefined. */
export function settingsFault(change: Partial<Record<keyof SandboxSettings, unknown>>) {
	const { speed = 1, readLagSeconds = 0, clockSkewSeconds = 0, requestsPerMinute = 0 } = change;
	const { limitHeaders = 'all' } = change;
	if (typeof speed !== 'number' || !(speed > 0)) return 'speed must be above 0';
	if (!(Number.isInteger(requestsPerMinute) && Number(requestsPerMinute) >= 0)) {
		return 'requestsPerMinute must be a whole number of at least 0';
	}
	if (!LIMIT_HEADERS.includes(limitHeaders)) {
		return `limitHeaders must be one of ${LIMIT_HEADERS.join(', ')}`;
	}
	if (!(Number.isFinite(readLagSeconds) && Number(readLagSeconds) >= 0)) {
		return 'readLagSeconds must be a number of at least 0';
	}
	if (!Number.isFinite(clockSkewSeconds)) return 'clockSkewSeconds must be a number';
	return undefined;
}
