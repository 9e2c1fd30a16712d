"""Answers as they were published with the figures that follow from them."""

# Fleiss, Psychol. Bull. 76 (1971), table 1: of 30 patients, how many of 6 psychiatrists gave each of 5 diagnoses.
FLEISS_1971 = (
    "00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031 "
    "00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006"
)

# Cohen's form of a table of two raters, with the kappa that SAS prints for it (0.4842).
SAS_TABLE = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): sections A, B and C, a row for each observer.
KRIPPENDORFF_BINARY = ["0100000010", "1110010000"]  # 0.095
KRIPPENDORFF_TWO = ["aabbdcccedda", "babbbccceddd"]  # 0.692
KRIPPENDORFF_MISSING = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]  # 0.743

# Dawid and Skene, Applied Statistics 28 (1979), table 1: 45 patients, the three assessments of observer 1, then
# those of observers 2 to 5.
DAWID_SKENE_1979 = (
    "1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343 1111111 2223212 "
    "1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222 1111111 1111111 2322222 1111111 "
    "1111111 1121121 1111111 3333233 1111111 2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111 "
    "2322222 1211111 2222222"
)
