"""Language codes: ISO 639-2 (both forms) to the shortest BCP 47 tag (RFC 5646 section 2.2.1)."""

# two-letter code, then its three-letter codes (terminological, bibliographic where it differs)
_PAIRS = """
aa aar;ab abk;af afr;ak aka;am amh;ar ara;an arg;as asm;av ava;ae ave;ay aym;az aze;ba bak;bm bam;be bel
bn ben;bi bis;bo bod tib;bs bos;br bre;bg bul;ca cat;cs ces cze;ch cha;ce che;cu chu;cv chv;kw cor
co cos;cr cre;cy cym wel;da dan;de deu ger;dv div;dz dzo;el ell gre;en eng;eo epo;et est;eu eus baq
ee ewe;fo fao;fa fas per;fj fij;fi fin;fr fra fre;fy fry;ff ful;gd gla;ga gle;gl glg;gv glv;gn grn
gu guj;ht hat;ha hau;he heb;hz her;hi hin;ho hmo;hr hrv scr;hu hun;hy hye arm;ig ibo;io ido;ii iii
iu iku;ie ile;ia ina;id ind;ik ipk;is isl ice;it ita;jv jav;ja jpn;kl kal;kn kan;ks kas;ka kat geo
kr kau;kk kaz;km khm;ki kik;rw kin;ky kir;kv kom;kg kon;ko kor;kj kua;ku kur;lo lao;la lat;lv lav;li lim
ln lin;lt lit;lb ltz;lu lub;lg lug;mk mkd mac;mh mah;ml mal;mi mri mao;mr mar;ms msa may;mg mlg;mt mlt
mn mon;my mya bur;na nau;nv nav;nr nbl;nd nde;ng ndo;ne nep;nl nld dut;nn nno;nb nob;no nor;ny nya
oc oci;oj oji;or ori;om orm;os oss;pa pan;pi pli;pl pol;pt por;ps pus;qu que;rm roh;ro ron rum;rn run
ru rus;sg sag;sa san;si sin;sk slk slo;sl slv;se sme;sm smo;sn sna;sd snd;so som;st sot;es spa
sq sqi alb;sc srd;sr srp scc;ss ssw;su sun;sw swa;sv swe;ty tah;ta tam;tt tat;te tel;tg tgk;tl tgl
th tha;ti tir;to ton;tn tsn;ts tso;tk tuk;tr tur;tw twi;ug uig;uk ukr;ur urd;uz uzb;ve ven;vi vie;vo vol
wa wln;wo wol;xh xho;yi yid;yo yor;za zha;zh zho chi;zu zul
"""

_SHORTEST: dict[str, str] = {}
for _pair in _PAIRS.replace("\n", ";").split(";"):
    _two, *_three = _pair.split() or [""]
    for _code in _three:
        _SHORTEST[_code] = _two

_KNOWN_TWO = frozenset(_SHORTEST.values())

# what Chinese sources write instead of a code
_WORDS = {
    "中文": "zh",
    "汉语": "zh",
    "漢語": "zh",
    "chinese": "zh",
    "英文": "en",
    "英语": "en",
    "english": "en",
    "jp": "ja",
    "cn": "zh",
}


def bcp47(code: str) -> str:
    """The tag for a code or a tag (`chi` -> `zh`, `zh_CN` -> `zh-CN`); empty for `und` and fillers."""
    code = code.strip().rstrip(".").lower()
    if code in _SHORTEST:
        return _SHORTEST[code]
    if code in _KNOWN_TWO:
        return code
    if code in _WORDS:
        return _WORDS[code]
    if len(code) == 3 and code.isascii() and code.isalpha():
        return "" if code == "und" else code
    head, *rest = code.replace("_", "-").split("-")
    if rest and (start := bcp47(head)):
        return "-".join([start, *(_subtag(part) for part in rest if part.isascii() and part.isalnum())])
    return ""


def _subtag(part: str) -> str:
    """Case as RFC 5646 section 2.1.1 recommends: a script in title case, a region in capitals."""
    return part.title() if len(part) == 4 and part.isalpha() else part.upper() if len(part) == 2 else part


_BIBLIOGRAPHIC = {pair.split()[0]: pair.split()[-1] for pair in _PAIRS.replace("\n", ";").split(";") if pair}


def three_letters(tag: str) -> str:
    """The ISO 639-2/B code of a BCP 47 tag, as MARC21 wants it (`zh-Hant` -> `chi`); `und` when there is none."""
    head = tag.partition("-")[0].lower()
    code = _BIBLIOGRAPHIC.get(head, head)
    return code if len(code) == 3 and code.isascii() and code.isalpha() else "und"
