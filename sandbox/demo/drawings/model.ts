/** A woman by the sea, upright, as SVG. */
export const model = `
<svg xmlns="http://www.w3.org/2000/svg" width="720" height="960">
<defs>
<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#8fc7e6"/>
<stop offset="1" stop-color="#fbe7cf"/></linearGradient>
<linearGradient id="sea" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#3f93b3"/>
<stop offset="1" stop-color="#7cc3cc"/></linearGradient>
<linearGradient id="dress" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#ffffff"/>
<stop offset="1" stop-color="#d5dcec"/></linearGradient>
<linearGradient id="skin" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#e2a582"/>
<stop offset="1" stop-color="#c98662"/></linearGradient>
<linearGradient id="hair" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#6b3d26"/>
<stop offset="1" stop-color="#3a1f14"/></linearGradient>
</defs>
<rect width="720" height="960" fill="url(#sky)"/>
<circle cx="570" cy="210" r="66" fill="#fff4d8"/>
<rect y="470" width="720" height="210" fill="url(#sea)"/>
<g stroke="#d7f1f1" stroke-width="4" stroke-linecap="round" opacity=".7"><path d="M40 520 h120 M500 546 h150 M90 590 h90 M560 620 h110 M20 646 h140"/></g>
<path d="M0 680 h720 v280 H0 Z" fill="#ead2ac"/>
<path d="M0 680 h720 v22 H0 Z" fill="#f6e6c9"/>
<path d="M262 250 C240 120 480 110 470 262 C480 360 520 420 506 520 C470 470 452 440 446 400 L282 400 C272 450 250 490 214 514 C222 430 268 350 262 250 Z" fill="url(#hair)"/>
<path d="M328 352 h72 v70 q-36 30 -72 0 Z" fill="#bd7b58"/>
<ellipse cx="364" cy="276" rx="72" ry="92" fill="url(#skin)"/>
<path d="M288 270 C286 190 340 168 372 176 C430 178 444 226 440 272 C424 232 396 216 366 214 C336 226 304 236 288 270 Z" fill="url(#hair)"/>
<g fill="#3a1f14"><ellipse cx="338" cy="278" rx="8" ry="6"/><ellipse cx="394" cy="278" rx="8" ry="6"/></g>
<g fill="none" stroke="#4a281a" stroke-width="5" stroke-linecap="round"><path d="M322 258 q16 -9 30 -2 M380 256 q16 -7 30 2"/></g>
<path d="M366 282 q-8 26 2 32" fill="none" stroke="#a8694a" stroke-width="4" stroke-linecap="round"/>
<path d="M338 332 q28 22 54 0 q-26 8 -54 0 Z" fill="#b23f45" stroke="#b23f45" stroke-width="4" stroke-linejoin="round"/>
<path d="M252 440 C206 470 190 560 186 700 l34 8 C232 610 250 560 276 520 Z" fill="url(#skin)"/>
<path d="M476 440 C522 470 540 560 544 700 l-34 8 C498 610 478 560 452 520 Z" fill="url(#skin)"/>
<path d="M250 436 q60 -30 78 -30 q36 44 72 0 q24 0 78 30 q-8 90 -22 130 q50 190 78 394 H194 q28 -204 78 -394 q-16 -50 -22 -130 Z" fill="url(#dress)"/>
<path d="M272 566 q92 26 184 0 l6 26 q-98 28 -196 0 Z" fill="#3f6fa5"/>
<g fill="none" stroke="#b9c4dc" stroke-width="5" stroke-linecap="round"><path d="M322 640 q-26 160 -46 310 M366 650 v300 M408 640 q28 160 46 310"/></g>
</svg>`;
