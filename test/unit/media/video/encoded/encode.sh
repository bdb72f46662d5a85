#!/bin/sh
# How the files next to this script were made: sh encode.sh <ffmpeg>, with the ffmpeg of @ffmpeg-installer/ffmpeg 1.1.0 for Linux.
# What they hold is in ../encoded.ts.
set -e
cd "$(dirname "$0")"
ff() { "$ffmpeg" -v error -y -nostdin "$@"; }
ffmpeg=$1
exact='-fflags +bitexact -flags:v +bitexact -flags:a +bitexact'
source='-f lavfi -i color=c=red:s=96x64:r=25:d=1'
silence='-f lavfi -i anullsrc=r=8000:cl=mono'
# The type of units that x264 fills with its settings.
h264="-c:v libx264 -preset veryfast -pix_fmt yuv420p -bsf:v filter_units=remove_types=6 $exact"
aac='-c:a aac -b:a 8k'
fragments='-movflags frag_keyframe+empty_moov+default_base_moof'

ff $source $silence -shortest $h264 $aac -movflags +faststart front.mp4
ff $source $h264 end.mp4
ff $source -c:v libx265 -x265-params log-level=error:info=0 -tag:v hvc1 -pix_fmt yuv420p $exact hevc.mp4
ff $source -c:v libvpx-vp9 -b:v 20k $exact vp9.mp4
ff $source -c:v mpeg4 $exact part2.mp4
ff -i front.mp4 -c copy -metadata:s:v rotate=90 $exact rotated90.mp4
ff -i front.mp4 -c copy -metadata:s:v rotate=270 $exact -f mov rotated270.mov
ff -i end.mp4 -c copy -metadata:s:v rotate=180 $exact rotated180.mp4
ff $source $silence -shortest $h264 -g 5 $aac $fragments fragmented.mp4
ff $source $h264 -g 5 -movflags dash+global_sidx+frag_keyframe+empty_moov+default_base_moof dash.mp4
ff $source $h264 -g 5 -movflags frag_keyframe firstInMoov.mp4
# Starts between two key frames, so an edit list hides the frames in front.
ff -f lavfi -i color=c=red:s=96x64:r=25:d=3 $silence -shortest $h264 -g 50 -bf 2 $aac long.mp4
ff -ss 0.5 -i long.mp4 -t 1.2 -c copy $exact trimmed.mp4
rm long.mp4
# Starts with a pause of 0.6 seconds.
ff -i front.mp4 -itsoffset 0.6 -i end.mp4 -map 1:v -map 0:a -c copy $exact late.mp4
ff -f lavfi -i color=c=red:s=96x64:r=25:d=0.2 $silence -shortest $h264 -c:a pcm_s16le -f mov sound.mov
ff -f lavfi -i color=c=red:s=32x32:r=10:d=0.5 -c:v mjpeg -q:v 31 $exact -f mov jpeg.mov
ff $silence -t 1 $aac $exact audio.mp4
ff -f lavfi -i color=c=red:s=96x64:r=30000/1001:d=1 $h264 ntsc.mp4
ff -f lavfi -i color=c=red:s=96x64:r=25:d=2 -vf "select='not(mod(n,3))+lt(n,10)'" -vsync vfr $h264 variable.mp4
ff $source -vf setsar=4/3 $h264 anamorphic.mp4
ff -f lavfi -i color=c=red:s=16x16:r=5:d=1 -c:v libvpx -b:v 20k $exact other.webm
ff -f lavfi -i color=c=red:s=16x16:r=5:d=1 -c:v libx264 $exact other.mkv
ff -f lavfi -i color=c=red:s=16x16:r=5:d=0.2 -c:v mpeg4 $exact other.avi
ff -f lavfi -i color=c=red:s=16x16:r=5:d=0.2 -c:v flv $exact other.flv
# Another ending than .ts, which a compiler would read.
ff -f lavfi -i color=c=red:s=16x16:r=5:d=0.2 $exact -f mpegts other.mpegts
ff -f lavfi -i color=c=red:s=16x16:r=25:d=0.2 -c:v mpeg1video $exact other.mpg
ff -f lavfi -i color=c=red:s=16x16:r=5:d=0.2 -c:v wmv2 $exact other.wmv
