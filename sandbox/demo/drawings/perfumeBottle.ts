/** A perfume bottle on a pedestal, upright, as SVG. */
export const perfumeBottle = `
<svg xmlns="http://www.w3.org/2000/svg" width="768" height="1152">
<defs>
<linearGradient id="wall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#f6e3d6"/>
<stop offset="1" stop-color="#eec3ae"/></linearGradient>
<linearGradient id="floor" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#e3a88f"/>
<stop offset="1" stop-color="#cf8a72"/></linearGradient>
<linearGradient id="glass" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#b9e0dc"/>
<stop offset=".16" stop-color="#f2fffd"/><stop offset=".32" stop-color="#c5e8e4"/>
<stop offset=".75" stop-color="#a3d3d0"/><stop offset=".93" stop-color="#e8fbf9"/>
<stop offset="1" stop-color="#8fc4c1"/></linearGradient>
<linearGradient id="liquid" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#2f8f8b"/>
<stop offset=".2" stop-color="#6cc4bd"/><stop offset=".6" stop-color="#3a9f99"/>
<stop offset="1" stop-color="#22726f"/></linearGradient>
<linearGradient id="gold" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#9a6b2f"/>
<stop offset=".25" stop-color="#f6dc9b"/><stop offset=".5" stop-color="#cf9f51"/>
<stop offset=".8" stop-color="#f3d48d"/><stop offset="1" stop-color="#8a5d27"/></linearGradient>
<radialGradient id="light" cx=".5" cy=".42" r=".6"><stop offset="0" stop-color="#fff8ef"/>
<stop offset="1" stop-color="#fff8ef" stop-opacity="0"/></radialGradient>
<filter id="soft"><feGaussianBlur stdDeviation="16"/></filter>
</defs>
<rect width="768" height="1152" fill="url(#wall)"/>
<path d="M150 836 V420 a234 234 0 0 1 468 0 V836 Z" fill="#fbeee4"/>
<rect width="768" height="1152" fill="url(#light)"/>
<rect y="836" width="768" height="316" fill="url(#floor)"/>
<ellipse cx="384" cy="1010" rx="292" ry="46" fill="#8e4f3f" opacity=".45" filter="url(#soft)"/>
<path d="M134 900 v70 a250 52 0 0 0 500 0 v-70 Z" fill="#d9b39c"/>
<ellipse cx="384" cy="900" rx="250" ry="52" fill="#f9e7da"/>
<ellipse cx="398" cy="904" rx="170" ry="26" fill="#9c6a58" opacity=".4" filter="url(#soft)"/>
<g fill="#5f8f6b"><path d="M70 900 C60 760 96 640 92 520 C120 640 110 770 98 900 Z"/>
<path d="M92 700 C40 660 22 600 26 560 C70 590 92 640 96 690 Z" fill="#7aa982"/>
<path d="M98 640 C132 600 158 560 156 508 C118 536 100 584 96 630 Z" fill="#6d9d77"/>
<path d="M88 800 C44 776 20 730 18 690 C60 706 86 752 92 796 Z"/>
<path d="M98 770 C136 744 160 706 164 664 C126 686 102 726 96 764 Z" fill="#7aa982"/></g>
<path d="M40 880 h92 l-12 116 a34 14 0 0 1 -68 0 Z" fill="#b66e57"/>
<path d="M236 892 V604 q0 -46 46 -56 l58 -14 h88 l58 14 q46 10 46 56 V892 q0 22 -22 22 H258 q-22 0 -22 -22 Z" fill="url(#glass)"/>
<path d="M256 884 V676 q128 26 256 0 V884 q0 14 -14 14 H270 q-14 0 -14 -14 Z" fill="url(#liquid)"/>
<ellipse cx="384" cy="677" rx="128" ry="15" fill="#8fd8d1"/>
<rect x="338" y="488" width="92" height="50" rx="8" fill="url(#gold)"/>
<rect x="350" y="474" width="68" height="20" rx="5" fill="#8a5d27"/>
<path d="M324 474 v-96 q0 -26 26 -26 h68 q26 0 26 26 v96 q0 10 -10 10 h-100 q-10 0 -10 -10 Z" fill="url(#gold)"/>
<rect x="330" y="404" width="108" height="5" fill="#8a5d27" opacity=".5"/>
<rect x="290" y="716" width="188" height="116" rx="6" fill="#fdf7ef"/>
<rect x="300" y="726" width="168" height="96" rx="4" fill="none" stroke="#c79a52" stroke-width="2.5"/>
<path d="M384 742 c10 10 10 22 0 32 c-10 -10 -10 -22 0 -32 Z M366 752 c14 2 18 10 18 22 c-12 0 -20 -8 -18 -22 Z M402 752 c-14 2 -18 10 -18 22 c12 0 20 -8 18 -22 Z" fill="#c79a52"/>
<path d="M330 790 h108 M350 804 h68" stroke="#b98d48" stroke-width="3" stroke-linecap="round"/>
<path d="M254 864 V612 q0 -28 26 -38" fill="none" stroke="#ffffff" stroke-width="9" stroke-linecap="round" opacity=".85"/>
<path d="M516 850 V640" stroke="#ffffff" stroke-width="5" stroke-linecap="round" opacity=".6"/>
<g transform="translate(560 866)"><g fill="#f4a9a0"><ellipse rx="17" ry="30" transform="rotate(0) translate(0 -24)"/>
<ellipse rx="17" ry="30" transform="rotate(72) translate(0 -24)"/><ellipse rx="17" ry="30" transform="rotate(144) translate(0 -24)"/>
<ellipse rx="17" ry="30" transform="rotate(216) translate(0 -24)"/><ellipse rx="17" ry="30" transform="rotate(288) translate(0 -24)"/></g>
<circle r="13" fill="#f6dc9b"/></g>
<g fill="#f4a9a0"><ellipse cx="222" cy="962" rx="17" ry="9" transform="rotate(-20 222 962)"/>
<ellipse cx="640" cy="1040" rx="18" ry="9" transform="rotate(14 640 1040)"/><ellipse cx="150" cy="1066" rx="15" ry="8"/></g>
</svg>`;
