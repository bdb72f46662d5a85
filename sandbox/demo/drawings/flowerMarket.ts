const FLOWER_COLOURS = ['#ef6f6c', '#f7b267', '#f4d35e', '#d97cb3', '#ffffff', '#9f86d9'];

const flower = (x: number, y: number, index: number): string => {
	const radius = 15 + ((index * 7) % 9);
	const colour = FLOWER_COLOURS[index % FLOWER_COLOURS.length];
	const petals = [0, 60, 120, 180, 240, 300]
		.map(
			(turn) =>
				`<ellipse rx="${radius * 0.52}" ry="${radius}" transform="rotate(${turn + index * 17}) translate(0 ${-radius * 0.72})"/>`,
		)
		.join('');
	return `<g transform="translate(${x} ${y})"><g fill="${colour}">${petals}</g><circle r="${radius * 0.42}" fill="#7a4b2a" opacity=".85"/></g>`;
};

const crate = (x: number, y: number, { width, seed }: { width: number; seed: number }): string => {
	const rows = [0, 1, 2].flatMap((row) =>
		Array.from({ length: Math.floor(width / 44) }, (_unused, column) =>
			flower(
				x + 24 + column * 42 + ((row * 19 + seed * 5) % 13),
				y - 8 - row * 34 + ((column * 13) % 14),
				row * 3 + column * 2 + seed,
			),
		),
	);
	const leaves = Array.from({ length: Math.floor(width / 24) }, (_unused, index) => {
		const left = x + 10 + index * 24;
		return `<path d="M${left} ${y + 14} q${-14} -54 ${6 + (index % 3) * 8} -112 q18 58 6 112 Z" fill="${index % 2 ? '#4f8a5b' : '#6ba36f'}"/>`;
	}).join('');
	return `${leaves}${rows.join('')}
<rect x="${x}" y="${y}" width="${width}" height="86" rx="5" fill="#a8713f"/>
<path d="M${x} ${y + 28} h${width} M${x} ${y + 58} h${width}" stroke="#83552c" stroke-width="5"/>
<rect x="${x}" y="${y}" width="${width}" height="9" fill="#c48b52"/>`;
};

/** A stall with crates full of flowers, square, as SVG. */
export const flowerMarket = `
<svg xmlns="http://www.w3.org/2000/svg" width="1024" height="1024">
<defs>
<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#a9d8ea"/>
<stop offset="1" stop-color="#fdf1dc"/></linearGradient>
<linearGradient id="street" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#d8c3ad"/>
<stop offset="1" stop-color="#b89c84"/></linearGradient>
<filter id="soft"><feGaussianBlur stdDeviation="10"/></filter>
</defs>
<rect width="1024" height="1024" fill="url(#sky)"/>
<g><rect x="0" y="170" width="236" height="600" fill="#e9b78f"/><rect x="236" y="96" width="268" height="680" fill="#f1d6a8"/>
<rect x="504" y="196" width="250" height="580" fill="#dd9c86"/><rect x="754" y="130" width="270" height="650" fill="#f3e2c4"/>
<path d="M-8 172 L118 92 L244 172 Z" fill="#b5604c"/><path d="M228 98 L370 20 L512 98 Z" fill="#9c5347"/>
<path d="M496 198 L629 118 L762 198 Z" fill="#b5604c"/><path d="M746 132 L890 52 L1034 132 Z" fill="#9c5347"/></g>
<g fill="#6f97a8" stroke="#fff8ea" stroke-width="8">
${[
	[46, 220],
	[144, 220],
	[286, 156],
	[400, 156],
	[286, 292],
	[400, 292],
	[548, 248],
	[656, 248],
	[806, 186],
	[918, 186],
	[806, 312],
	[918, 312],
]
	.map(([x, y]) => `<rect x="${x}" y="${y}" width="56" height="84" rx="28"/>`)
	.join('')}</g>
<g fill="#6ba36f"><path d="M278 384 h72 q-6 22 -36 22 q-30 0 -36 -22 Z"/><path d="M798 404 h72 q-6 22 -36 22 q-30 0 -36 -22 Z"/></g>
<rect y="760" width="1024" height="264" fill="url(#street)"/>
<g stroke="#a98b72" stroke-width="3" opacity=".55"><path d="M0 842 H1024 M0 916 H1024 M0 984 H1024"/>
<path d="M160 760 L60 1024 M380 760 L330 1024 M640 760 L690 1024 M860 760 L960 1024"/></g>
<rect x="96" y="452" width="14" height="330" fill="#7a5a40"/><rect x="914" y="452" width="14" height="330" fill="#7a5a40"/>
<rect x="110" y="560" width="804" height="216" fill="#5d4436" opacity=".55"/>
<g>${Array.from({ length: 11 }, (_unused, index) => {
	const x = 56 + index * 83;
	const colour = index % 2 ? '#fff6e6' : '#d9534f';
	return `<path d="M${x + 12} 420 H${x + 71} L${x + 83} 536 q-41.500 46 -83 0 Z" fill="${colour}"/>`;
}).join('')}</g>
<rect x="66" y="410" width="892" height="18" rx="6" fill="#b5403c"/>
<rect x="110" y="536" width="804" height="40" fill="#3f2d24" opacity=".25" filter="url(#soft)"/>
${crate(150, 704, { width: 230, seed: 1 })}${crate(398, 704, { width: 230, seed: 3 })}${crate(646, 704, { width: 230, seed: 5 })}
<ellipse cx="512" cy="976" rx="440" ry="30" fill="#6c4d39" opacity=".4" filter="url(#soft)"/>
${crate(92, 872, { width: 264, seed: 2 })}${crate(380, 880, { width: 264, seed: 4 })}${crate(668, 872, { width: 264, seed: 0 })}
</svg>`;
