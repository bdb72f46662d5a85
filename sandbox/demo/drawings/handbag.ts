/** A handbag before a plain wall, square as shops show their products, as SVG. */
export const handbag = `
<svg xmlns="http://www.w3.org/2000/svg" width="800" height="800">
<defs>
<linearGradient id="wall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fbf6ef"/>
<stop offset="1" stop-color="#efe3d3"/></linearGradient>
<linearGradient id="leather" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#d9694a"/>
<stop offset=".5" stop-color="#bf4f35"/><stop offset="1" stop-color="#943622"/></linearGradient>
<linearGradient id="flap" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#e07a58"/>
<stop offset="1" stop-color="#c2553a"/></linearGradient>
<linearGradient id="brass" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#f8e3a4"/>
<stop offset=".5" stop-color="#cf9f4a"/><stop offset="1" stop-color="#8f6424"/></linearGradient>
<filter id="soft"><feGaussianBlur stdDeviation="14"/></filter>
</defs>
<rect width="800" height="800" fill="url(#wall)"/>
<rect y="610" width="800" height="190" fill="#e6d5c0"/>
<ellipse cx="400" cy="660" rx="268" ry="30" fill="#7d5b43" opacity=".4" filter="url(#soft)"/>
<path d="M262 372 C250 60 550 60 538 372" fill="none" stroke="#7d2c1b" stroke-width="26"/>
<path d="M262 372 C250 66 550 66 538 372" fill="none" stroke="#c2553a" stroke-width="14"/>
<path d="M196 352 h408 q34 0 38 34 l26 226 q4 44 -40 44 H172 q-44 0 -40 -44 l26 -226 q4 -34 38 -34 Z" fill="url(#leather)"/>
<path d="M150 632 h500" stroke="#f0b79c" stroke-width="3" stroke-dasharray="12 9" opacity=".7"/>
<path d="M190 344 h420 q26 0 28 26 l8 74 q-90 96 -246 96 t-246 -96 l8 -74 q2 -26 28 -26 Z" fill="url(#flap)"/>
<path d="M168 440 q88 82 232 82 t232 -82" fill="none" stroke="#f6c9b1" stroke-width="3" stroke-dasharray="12 9" opacity=".8"/>
<circle cx="262" cy="372" r="19" fill="url(#brass)"/><circle cx="538" cy="372" r="19" fill="url(#brass)"/>
<rect x="352" y="488" width="96" height="74" rx="16" fill="url(#brass)"/>
<rect x="372" y="508" width="56" height="34" rx="10" fill="#8f6424"/>
<rect x="392" y="496" width="16" height="58" rx="8" fill="url(#brass)"/>
<path d="M210 372 q190 -26 380 0" fill="none" stroke="#f3a98a" stroke-width="8" stroke-linecap="round" opacity=".55"/>
</svg>`;
