// A standing horse, facing right, hooves on y = 150 of a box 185 wide.
const HORSE = `
<path d="M21 58 C24 44 42 38 62 42 C82 47 102 47 118 40 C128 34 133 20 142 12 L145 1 L151 9
C160 12 168 27 177 36 C181 41 177 47 171 46 C164 45 158 41 153 40 C151 50 147 62 140 72
C139 84 137 92 138 104 L137 128 L139 144 L144 150 L131 150 L131 128 L128 106 L125 91
C104 98 82 96 62 88 C58 97 56 103 57 112 C52 121 49 131 48 144 L53 150 L40 150 L41 130
L43 112 C36 100 24 86 22 74 Z"/>
<path d="M120 88 L117 108 L112 128 L109 144 L113 150 L101 150 L104 128 L108 106 L106 92 Z"/>
<path d="M36 84 C34 98 28 108 26 116 C26 128 23 136 21 144 L25 150 L13 150 L16 128 L19 112
C20 100 22 88 24 78 Z"/>
<path d="M26 52 C10 52 4 74 7 112 C14 104 18 84 27 66 Z"/>
<path d="M112 44 C122 34 130 16 144 6 C138 22 134 40 126 54 C122 50 116 46 112 44 Z"/>`;

const grassBlades = (count: number): string =>
	Array.from({ length: count }, (_unused, index) => {
		const x = (index * 137.5) % 1280;
		const y = 640 + ((index * 61) % 90);
		const lean = ((index * 29) % 17) - 8;
		const height = 26 + ((index * 13) % 30);
		return `<path d="M${x} ${y} q${lean / 2} ${-height / 2} ${lean} ${-height} q${-lean / 2 + 2} ${height / 2} ${-lean + 4} ${height} Z"/>`;
	}).join('');

/** Horses on a hill before the evening sun, wide, as SVG. */
export const horsesAtDusk = `
<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="720">
<defs>
<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
<stop offset="0" stop-color="#2b2a55"/><stop offset=".34" stop-color="#7d4a7a"/>
<stop offset=".58" stop-color="#e2795f"/><stop offset=".76" stop-color="#ffc272"/>
<stop offset="1" stop-color="#ffe3a6"/>
</linearGradient>
<radialGradient id="glow"><stop offset="0" stop-color="#fff3cf" stop-opacity=".95"/>
<stop offset=".35" stop-color="#ffd98f" stop-opacity=".5"/>
<stop offset="1" stop-color="#ffb469" stop-opacity="0"/></radialGradient>
<linearGradient id="far" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#a05a6d"/>
<stop offset="1" stop-color="#c97a68"/></linearGradient>
<linearGradient id="middle" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#6a3f5c"/>
<stop offset="1" stop-color="#84505c"/></linearGradient>
<linearGradient id="near" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#33223f"/>
<stop offset="1" stop-color="#1b1428"/></linearGradient>
<filter id="soft"><feGaussianBlur stdDeviation="9"/></filter>
</defs>
<rect width="1280" height="720" fill="url(#sky)"/>
<g fill="#fff6df" opacity=".8"><circle cx="118" cy="70" r="1.6"/><circle cx="260" cy="128" r="1.2"/>
<circle cx="395" cy="52" r="1.7"/><circle cx="540" cy="104" r="1.1"/><circle cx="700" cy="44" r="1.4"/>
<circle cx="1010" cy="84" r="1.5"/><circle cx="1150" cy="40" r="1.2"/><circle cx="1216" cy="130" r="1.5"/></g>
<g fill="#ffb38a" opacity=".5" filter="url(#soft)"><ellipse cx="300" cy="236" rx="250" ry="15"/>
<ellipse cx="470" cy="270" rx="180" ry="10"/><ellipse cx="1020" cy="206" rx="240" ry="13"/>
<ellipse cx="880" cy="300" rx="200" ry="9"/></g>
<circle cx="835" cy="430" r="300" fill="url(#glow)"/><circle cx="835" cy="430" r="66" fill="#fff1c4"/>
<path d="M0 470 C150 400 260 420 380 452 C520 488 620 408 770 430 C930 452 1040 392 1280 452 V720 H0 Z" fill="url(#far)"/>
<path d="M0 540 C180 470 330 500 500 530 C700 566 900 470 1280 540 V720 H0 Z" fill="url(#middle)"/>
<g fill="#54324f"><path d="M96 520 q-4 -40 10 -84 q16 44 12 84 Z"/><path d="M132 516 q-3 -30 8 -62 q12 32 9 62 Z"/>
<path d="M1130 516 q-4 -36 9 -74 q14 38 11 74 Z"/><path d="M1168 520 q-3 -26 7 -54 q11 28 8 54 Z"/></g>
<path d="M0 640 C220 540 460 560 640 586 C860 618 1060 560 1280 610 V720 H0 Z" fill="url(#near)"/>
<g fill="#231731">
<g transform="translate(560 424) scale(1.1)">${HORSE}</g>
<g transform="translate(1010 452) scale(-.92 .92)">${HORSE}</g>
<g transform="translate(392 448) scale(.78)">${HORSE}</g></g>
<g fill="#1b1428">${grassBlades(150)}</g>
<g fill="none" stroke="#3a2744" stroke-width="3" stroke-linecap="round"><path d="M380 176 q12 -12 22 0 q12 -12 22 0"/>
<path d="M452 150 q9 -9 17 0 q9 -9 17 0"/><path d="M340 214 q8 -8 15 0 q8 -8 15 0"/></g>
</svg>`;
